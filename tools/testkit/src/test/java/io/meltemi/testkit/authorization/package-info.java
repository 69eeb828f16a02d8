/// Authorization policies decide alike in Envoy and in our proxy: many requests, each with one
/// attribute changed.
@NullMarked
package io.meltemi.testkit.authorization;

import org.jspecify.annotations.NullMarked;
