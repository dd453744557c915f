/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Carrying the IMA measurement list across kexec: the contract between IMA,
 * kexec and the architectures.
 *
 * Loading an image, kexec lock held, by kexec_file_load(2) only:
 *
 *  1. ima_kexec_reserve(), before the architecture places its segments. The
 *     list gets a range of the next kernel's memory with room to grow;
 *     arch_ima_kexec_place() says where it is best placed.
 *  2. The architecture asks ima_kexec_range() for that range and tells the
 *     next kernel, in the way that its boot protocol has.
 *     If that fails it calls ima_kexec_cannot_announce(). An image whose
 *     range nobody has asked for is not loaded.
 *
 * The rest is between IMA and kexec's late segment, struct kexec_late_ops:
 *
 *  3. When all other segments are loaded IMA writes the records there are.
 *  4. When the image is about to be executed, before anything is torn down,
 *     IMA completes the list and closes it, or fails and with it the reboot,
 *     and measuring goes on. What needs a record from there on fails. If the
 *     kexec is given up after all, the list is opened again.
 *  5. The image is freed.
 *
 * In the next kernel:
 *
 *  6. Early, before memory is allocated, the architecture finds the range in
 *     what it was booted with and calls ima_kexec_inherit(), which reserves it,
 *     and, if nothing else reserves it too, ima_kexec_trim().
 *  7. At init IMA takes the list over and gives back what is still unused.
 */
#ifndef _LINUX_IMA_KEXEC_H
#define _LINUX_IMA_KEXEC_H

#include <linux/types.h>

struct kexec_buf;
struct kimage;

#ifdef CONFIG_ARCH_HAS_IMA_KEXEC_PLACE
/**
 * arch_ima_kexec_place - say where the list is best placed
 * @kbuf: buf_min, buf_max, buf_align and top_down may be narrowed
 *
 * For an architecture on which some places are safer than others from what
 * the next kernel does before it knows of the list. If there is no room at
 * the best place, the list is placed anywhere.
 *
 * Context: process context, kexec lock held.
 */
void arch_ima_kexec_place(struct kexec_buf *kbuf);
#else
static inline void arch_ima_kexec_place(struct kexec_buf *kbuf) { }
#endif

#ifdef CONFIG_IMA_KEXEC
int ima_kexec_reserve(struct kimage *image);
void ima_kexec_cannot_announce(const struct kimage *image, int error);
void ima_kexec_not_carried(void);
bool ima_kexec_range(const struct kimage *image, phys_addr_t *start,
		     size_t *size);
#else
static inline int ima_kexec_reserve(struct kimage *image)
{
	return 0;
}

static inline void ima_kexec_cannot_announce(const struct kimage *image,
					     int error)
{
}

static inline void ima_kexec_not_carried(void) { }

static inline bool ima_kexec_range(const struct kimage *image,
				   phys_addr_t *start, size_t *size)
{
	return false;
}
#endif /* CONFIG_IMA_KEXEC */

#ifdef CONFIG_HAVE_IMA_KEXEC
void ima_kexec_inherit(u64 start, u64 size, bool is_ram, u64 ram_size);
void ima_kexec_lost(void);
void ima_kexec_trim(void);
#endif /* CONFIG_HAVE_IMA_KEXEC */

#endif /* _LINUX_IMA_KEXEC_H */
