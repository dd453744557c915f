/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receiving the measurement list of the previous kernel.
 */
#ifndef _IMA_RESTORE_H
#define _IMA_RESTORE_H

#ifdef CONFIG_HAVE_IMA_KEXEC
void ima_restore(void);
#else
static inline void ima_restore(void) { }
#endif

#endif /* _IMA_RESTORE_H */
