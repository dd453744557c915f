// SPDX-License-Identifier: GPL-2.0-only
//
// Take out the view of the measurement list in securityfs, which walks the records of the running kernel
// only, and the field-by-field binary output under it.

@functions@
identifier f = {
	ima_measurements_start, ima_measurements_next, ima_measurements_stop, ima_measurements_show,
	ima_measurements_open, ima_ascii_measurements_show, ima_ascii_measurements_open,
	ima_putc, ima_show_template_data_binary,
	// with staging
	_ima_measurements_start, _ima_measurements_next, _ima_measurements_open, _ima_measurements_write,
	ima_measurements_staged_start, ima_measurements_staged_next, ima_measurements_staged_open,
	ima_ascii_measurements_staged_open, ima_measurements_release, ima_measurements_write,
	ima_measurements_staged_write, ima_measure_lock, ima_measure_unlock,
	ima_queue_stage, ima_queue_staged_delete_all, ima_queue_delete_partial
};
@@
- f(...) { ... }

@declarations@
identifier f = {
	ima_measurements_show, ima_putc,
	ima_queue_stage, ima_queue_staged_delete_all, ima_queue_delete_partial
};
type T;
@@
- T f(...);

@tables@
identifier v = {
	ima_measurments_seqops, ima_measurements_ops,
	ima_ascii_measurements_seqops, ima_ascii_measurements_ops,
	ima_measurments_staged_seqops, ima_measurements_staged_ops,
	ima_ascii_measurements_staged_seqops, ima_ascii_measurements_staged_ops
};
identifier s;
@@
- static const struct s v = { ... };

@binary_fields@
expression e;
@@
switch (e) {
- case IMA_SHOW_BINARY:
- case IMA_SHOW_BINARY_NO_FIELD_LEN:
- case IMA_SHOW_BINARY_OLD_STRING_FMT:
- 	ima_show_template_data_binary(...);
- 	break;
}

@show_types@
@@
enum ima_show_type {
- IMA_SHOW_BINARY,
- IMA_SHOW_BINARY_NO_FIELD_LEN,
- IMA_SHOW_BINARY_OLD_STRING_FMT,
  IMA_SHOW_ASCII };

@variables@
identifier v = { ima_measure_users, measure_writer, measure_writer_extra_writes };
type T;
@@
- static T v;

@mutex@
declarer name DEFINE_MUTEX;
@@
- static DEFINE_MUTEX(ima_measure_mutex);

@constants@
expression e;
@@
- #define STAGED_REQ_LENGTH e
