/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two fuzz targets share.
 */
#ifndef _FUZZ_H
#define _FUZZ_H

#include <stdio.h>
#include <stdlib.h>
#include <linux/types.h>

#include "ima_history.h"

/* What holds for every input. libFuzzer keeps the input when it does not. */
#define require(holds)							\
do {									\
	if (!(holds)) {							\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__,	\
			__LINE__, #holds);				\
		abort();						\
	}								\
} while (0)

enum ima_history_damage open_checked(struct ima_history *history,
				     const u8 *buffer, size_t size,
				     bool canonical);

#endif /* _FUZZ_H */
