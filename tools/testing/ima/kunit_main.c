// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the KUnit suites that are linked in, and prints TAP: one result for each
 * case.
 */

#include <stdarg.h>
#include <kunit/test.h>

/**
 * struct kunit_block - memory of a test
 * @next: the block allocated before
 * @bytes: a block of its own, so that the sanitizer sees its end
 */
struct kunit_block {
	struct kunit_block *next;
	void *bytes;
};

static struct kunit_suite *suites;

void kunit_register(struct kunit_suite *suite)
{
	suite->next = suites;
	suites = suite;
}

void kunit_skip(struct kunit *test, const char *why)
{
	test->skipped = why;
	longjmp(test->stop, 1);
}

void kunit_expect(struct kunit *test, bool holds, const char *file, int line,
		  const char *text, const char *format, ...)
{
	va_list args;

	if (holds)
		return;
	printf("# %s:%d: does not hold: %s: ", file, line, text);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	test->failed = true;
}

void kunit_require(struct kunit *test, bool holds, const char *file, int line,
		   const char *text)
{
	kunit_expect(test, holds, file, line, text, " ");
	if (!holds)
		longjmp(test->stop, 1);
}

static void *must(void *bytes)
{
	if (!bytes) {
		perror("Bail out! kunit");
		exit(2);
	}
	return bytes;
}

void *kunit_kmalloc(struct kunit *test, size_t size, int flags)
{
	struct kunit_block *block = must(malloc(sizeof(*block)));

	(void)flags;
	block->bytes = must(malloc(size));
	block->next = test->blocks;
	test->blocks = block;
	return block->bytes;
}

void *kunit_kzalloc(struct kunit *test, size_t size, int flags)
{
	return memset(kunit_kmalloc(test, size, flags), 0, size);
}

static void free_block(struct kunit_block **link)
{
	struct kunit_block *block = *link;

	*link = block->next;
	free(block->bytes);
	free(block);
}

void kunit_kfree(struct kunit *test, const void *bytes)
{
	struct kunit_block **link = &test->blocks;

	while (*link && (*link)->bytes != bytes)
		link = &(*link)->next;
	if (*link)
		free_block(link);
}

/* Returns whether it passed */
static bool run(const struct kunit_case *c, const void *param, const char *desc)
{
	struct kunit test = { .param_value = param };

	if (!setjmp(test.stop))
		c->run(&test);
	while (test.blocks)
		free_block(&test.blocks);
	if (test.failed && param)
		printf("# %s failed for: %s\n", c->name, desc);
	if (test.skipped)
		printf("# %s skipped: %s\n", c->name, test.skipped);
	return !test.failed;
}

static bool run_case(const struct kunit_case *c)
{
	char desc[KUNIT_PARAM_DESC_SIZE];
	const void *param = NULL;
	bool passed = true;

	if (!c->generate)
		return run(c, NULL, NULL);
	while ((param = c->generate(param, desc)))
		passed &= run(c, param, desc);
	return passed;
}

int main(void)
{
	const struct kunit_suite *suite;
	const struct kunit_case *c;
	int done = 0, failed = 0;

	/* What was printed before a sanitizer ends this is wanted. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (suite = suites; suite; suite = suite->next) {
		for (c = suite->test_cases; c->run; c++) {
			bool passed = run_case(c);

			failed += !passed;
			printf("%sok %d - %s.%s\n", passed ? "" : "not ",
			       ++done, suite->name, c->name);
		}
	}
	printf("1..%d\n", done);
	return failed ? 1 : 0;
}
