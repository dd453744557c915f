/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Receiving the measurement list of the previous kernel.
 */
#ifndef _IMA_RESTORE_H
#define _IMA_RESTORE_H

#include "ima_history.h"

#ifdef CONFIG_HAVE_IMA_KEXEC
extern struct ima_history ima_history;
void ima_restore(void);
#else
/* No architecture code to find a list with, so there never is one. */
static const struct ima_history ima_history;
static inline void ima_restore(void) { }
#endif

#endif /* _IMA_RESTORE_H */
