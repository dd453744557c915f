// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: any bytes at all, as a hand-over buffer in either format.
 */

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size);

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size)
{
	struct ima_history history;

	open_checked(&history, bytes, size, false);
	open_checked(&history, bytes, size, true);
	return 0;
}
