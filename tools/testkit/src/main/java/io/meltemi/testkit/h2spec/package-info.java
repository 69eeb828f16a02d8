/// The conformance suite h2spec, built once per user, and what it found.
@NullMarked
package io.meltemi.testkit.h2spec;

import org.jspecify.annotations.NullMarked;
