/// What the proofs of identity and policy share.
@NullMarked
package io.meltemi.testkit.security;

import org.jspecify.annotations.NullMarked;
