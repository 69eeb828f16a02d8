/// Join tokens: how a workload without a certificate proves who it is.
@NullMarked
package io.meltemi.citadel.token;

import org.jspecify.annotations.NullMarked;
