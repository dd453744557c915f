/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_PRINTK_H
#define _LINUX_PRINTK_H

/* Where a test looks what was said */
void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define pr_err(format, ...)	log_line(pr_fmt(format), ##__VA_ARGS__)

#endif /* _LINUX_PRINTK_H */
