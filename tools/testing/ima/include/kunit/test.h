/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of KUnit as the IMA suites use, so that the same files are run in
 * user space. kunit_main.c runs the suites.
 */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/kernel.h>
#include <linux/types.h>

#define KUNIT_PARAM_DESC_SIZE	128
#define GFP_KERNEL		0

struct kunit_block;

/**
 * struct kunit - a test that is being run
 * @param_value: what it is run for
 * @blocks: memory to free when it ends
 * @stop: where an assertion that does not hold goes
 * @failed: whether an expectation or assertion has not held
 * @skipped: why it was skipped, NULL if it was not
 */
struct kunit {
	const void *param_value;
	struct kunit_block *blocks;
	jmp_buf stop;
	bool failed;
	const char *skipped;
};

struct kunit_case {
	void (*run)(struct kunit *test);
	const char *name;
	const void *(*generate)(const void *prev, char *desc);
};

struct kunit_suite {
	const char *name;
	struct kunit_case *test_cases;
	struct kunit_suite *next;
};

void kunit_register(struct kunit_suite *suite);
void kunit_skip(struct kunit *test, const char *why);
void kunit_expect(struct kunit *test, bool holds, const char *file, int line,
		  const char *text, const char *format, ...);
void kunit_require(struct kunit *test, bool holds, const char *file, int line,
		   const char *text);
void *kunit_kmalloc(struct kunit *test, size_t size, int flags);
void *kunit_kzalloc(struct kunit *test, size_t size, int flags);
void kunit_kfree(struct kunit *test, const void *bytes);

#define KUNIT_CASE(function)	{ function, #function, NULL }
#define KUNIT_CASE_PARAM(function, generate)	\
	{ function, #function, generate }

#define KUNIT_ARRAY_PARAM(name, array, describe)			\
	static const void *name##_gen_params(const void *prev,		\
					     char *desc)		\
	{								\
		__typeof__(&(array)[0]) next = prev;			\
									\
		next = next ? next + 1 : (array);			\
		if (next == (array) + ARRAY_SIZE(array))		\
			return NULL;					\
		describe(next, desc);					\
		return next;						\
	}

#define kunit_test_suite(suite)						\
	__attribute__((constructor)) static void register_##suite(void)	\
	{								\
		kunit_register(&suite);					\
	}

#define kunit_check(test, holds, text, ...)	\
	kunit_expect(test, holds, __FILE__, __LINE__, text, "" __VA_ARGS__)
#define kunit_assert(test, holds, text)	\
	kunit_require(test, holds, __FILE__, __LINE__, text)

#define KUNIT_EXPECT_EQ_MSG(test, a, b, ...)	\
	kunit_check(test, (a) == (b), #a " == " #b, __VA_ARGS__)
#define KUNIT_EXPECT_NE_MSG(test, a, b, ...)	\
	kunit_check(test, (a) != (b), #a " != " #b, __VA_ARGS__)
#define KUNIT_EXPECT_GE_MSG(test, a, b, ...)	\
	kunit_check(test, (a) >= (b), #a " >= " #b, __VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(test, a, ...)	\
	kunit_check(test, !(a), "!" #a, __VA_ARGS__)
#define KUNIT_EXPECT_EQ(test, a, b)	\
	kunit_check(test, (a) == (b), #a " == " #b)
#define KUNIT_EXPECT_PTR_EQ(test, a, b)	KUNIT_EXPECT_EQ(test, a, b)
#define KUNIT_EXPECT_TRUE(test, a)	kunit_check(test, a, #a)
#define KUNIT_EXPECT_FALSE(test, a)	kunit_check(test, !(a), "!" #a)
#define KUNIT_EXPECT_STRNEQ(test, a, b)	\
	kunit_check(test, strcmp(a, b), #a " differs from " #b)
#define KUNIT_ASSERT_EQ(test, a, b)	\
	kunit_assert(test, (a) == (b), #a " == " #b)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, a)	\
	kunit_assert(test, a, #a)

#endif /* _KUNIT_TEST_H */
