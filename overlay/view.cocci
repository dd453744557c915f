// SPDX-License-Identifier: GPL-2.0-only
//
// Take out the view of the measurement list in securityfs, which walks the records of the running kernel
// only, and the field-by-field binary output under it.

@functions@
identifier f = {
	ima_measurements_start, ima_measurements_next, ima_measurements_stop, ima_measurements_show,
	ima_measurements_open, ima_ascii_measurements_show, ima_ascii_measurements_open,
	ima_putc, ima_show_template_data_binary
};
@@
- f(...) { ... }

@declarations@
identifier f = { ima_measurements_show, ima_putc };
type T;
@@
- T f(...);

@tables@
identifier v = {
	ima_measurments_seqops, ima_measurements_ops,
	ima_ascii_measurements_seqops, ima_ascii_measurements_ops
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
