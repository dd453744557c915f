// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether the measurement list takes records, and what becomes of those who
 * need one when it does not.
 *
 * The list is closed when it is complete and about to be handed over. From
 * there to the next kernel nothing can be recorded, neither in the list nor in
 * the TPM. To ignore that, as a kernel does that merely stops measuring, is to
 * let things run that no verifier will ever hear of, in a kernel whose list is
 * attested: a module that changes the image about to be executed, for one. So
 * what the policy wants recorded and is not in the list cannot be used.
 *
 * Who needs a record tries to make it, as always, and asks ima_list_refuses()
 * about the error. To look first and then to measure would let those through
 * who looked before the list was closed and wait for their turn to measure.
 *
 * A reboot through the firmware is another matter: it resets the PCRs, and what
 * is not recorded on the way there is missing from no list. Some kernels stop
 * measuring for it, because the TPM is being shut down. That refuses nothing.
 */

#include <linux/compiler.h>
#include <linux/errno.h>

#include "ima.h"
#include "ima_closed.h"

/* Changes under ima_extend_lock(), which orders it with the PCR. */
static enum {
	LIST_OPEN,
	LIST_SUSPENDED,
	LIST_CLOSED,
} state;

/**
 * ima_list_close - take no records, and refuse what needs one
 *
 * Context: ima_extend_lock() held, the list complete.
 */
void ima_list_close(void)
{
	ima_extend_assert_locked();
	WRITE_ONCE(state, LIST_CLOSED);
}

/**
 * ima_list_reopen - take records again, because the kexec was given up
 *
 * Context: ima_extend_lock() held.
 */
void ima_list_reopen(void)
{
	ima_extend_assert_locked();
	if (state == LIST_CLOSED)
		WRITE_ONCE(state, LIST_OPEN);
}

/**
 * ima_list_suspend - take no records, and refuse nothing
 *
 * For a reboot. A kexec gets there too, with a list that stays closed.
 *
 * Context: ima_extend_lock() held.
 */
void ima_list_suspend(void)
{
	ima_extend_assert_locked();
	if (state == LIST_OPEN)
		WRITE_ONCE(state, LIST_SUSPENDED);
}

/**
 * ima_list_may_add - may a record be added, and extended into a PCR?
 *
 * Context: ima_extend_lock() held.
 * Return: 0, -ENODEV if measuring is suspended or -EBUSY if the list is closed.
 */
int ima_list_may_add(void)
{
	ima_extend_assert_locked();
	switch (state) {
	case LIST_OPEN:
		return 0;
	case LIST_SUSPENDED:
		return -ENODEV;
	case LIST_CLOSED:
		break;
	}
	return -EBUSY;
}

/**
 * ima_list_closed - is the list closed?
 *
 * For what cannot be recorded in any case, and so has no error to ask about.
 *
 * Context: any.
 * Return: true if the list is closed at the moment.
 */
bool ima_list_closed(void)
{
	return READ_ONCE(state) == LIST_CLOSED;
}

/**
 * ima_list_refuses - must a use be refused, because it is not recorded?
 * @error: what came of recording it
 *
 * The one place that decides. While the list is open the answer is no whatever
 * the error: there never was a promise that measuring cannot fail. An error of
 * -EBUSY counts also if the list has been opened again since: the record was
 * not made and will not be. So it must be the list's: see ima_list_not_asked().
 *
 * The user gets -EBUSY: nothing is wrong with the file, as -EACCES and -EPERM
 * would have it, and should the kexec be given up, the same use works again. It
 * is also what kexec_file_load(2) says while a kexec is under way.
 *
 * Context: any.
 * Return: true if the use must fail, with -EBUSY.
 */
bool ima_list_refuses(int error)
{
	if (error >= 0 || error == -EEXIST)
		return false;
	return error == -EBUSY || ima_list_closed();
}
