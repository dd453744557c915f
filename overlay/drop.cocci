// SPDX-License-Identifier: GPL-2.0-only
//
// Take a kernel back to one without an IMA carry-over: the code that dumps the measurement list at kexec
// load, hands it over and restores it at boot. Everything is matched by its name, so this works over all
// the kernels that use the same names. overlay/apply lets unifdef take the CONFIG_IMA_KEXEC blocks first.

@functions@
identifier f = {
	// security/integrity/ima
	restore_template_fmt, ima_restore_template_data, ima_restore_measurement_list, ima_parse_buf,
	get_binary_runtime_size, ima_get_binary_runtime_size, ima_restore_measurement_entry,
	ima_update_binary_runtime_size, ima_measure_kexec_event,
	// include/linux/ima.h, security/integrity/ima/ima.h
	ima_add_kexec_buffer, ima_kexec_post_load, ima_load_kexec_buffer,
	// kernel/kexec_file.c
	check_ima_segment_index,
	// arch/x86/kernel, drivers/of
	add_early_ima_buffer, setup_ima_state, ima_get_kexec_buffer, ima_free_kexec_buffer,
	ima_validate_range, setup_ima_buffer, remove_ima_buffer
};
@@
- f(...) { ... }

@declarations@
identifier f = {
	ima_restore_measurement_list, ima_restore_measurement_entry, ima_get_binary_runtime_size,
	ima_parse_buf, ima_add_kexec_buffer, ima_get_kexec_buffer, ima_free_kexec_buffer,
	ima_validate_range
};
type T;
@@
- T f(...);

@calls@
identifier f = {
	ima_load_kexec_buffer, ima_add_kexec_buffer, remove_ima_buffer, ima_update_binary_runtime_size
};
@@
- f(...);

@call_setup_ima_buffer@
expression ret;
@@
- ret = setup_ima_buffer(...);

@call_check_ima_segment_index@
@@
- if (check_ima_segment_index(...))
- 	continue;

@call_add_early_ima_buffer@
expression e;
@@
switch (e) {
- case SETUP_IMA:
- 	add_early_ima_buffer(...);
- 	break;
}

@call_setup_ima_state@
@@
- if (IS_ENABLED(CONFIG_IMA_KEXEC)) {
- 	setup_ima_state(...);
- 	...
- }

@room_for_setup_data@
struct kexec_buf b;
expression e;
@@
- if (IS_ENABLED(CONFIG_IMA_KEXEC))
- 	b.bufsz += e;

@variables@
identifier v = { binary_runtime_size, ima_kexec_buffer_phys, ima_kexec_buffer_size };
type T;
@@
(
- static T v;
|
- static T v = ...;
)

@counting@
identifier v = binary_runtime_size;
@@
- if (v != ULONG_MAX) { ... }

@types@
@@
(
- struct ima_kexec_hdr { ... };
|
- enum header_fields { ... };
)

@constants@
expression e;
@@
(
- #define MAX_TEMPLATE_NAME_LEN e
|
- #define ENFORCE_FIELDS e
|
- #define ENFORCE_BUFEND e
)

// Helpers that stand alone now, in the kernels where nothing else calls them.
@helper_used@
@@
do_get_kexec_buffer(...)

@depends on !helper_used@
identifier f = { do_get_kexec_buffer, get_addr_size_cells };
@@
- f(...) { ... }
