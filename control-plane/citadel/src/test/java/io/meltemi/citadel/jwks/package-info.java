/// Tests.
@NullMarked
package io.meltemi.citadel.jwks;

import org.jspecify.annotations.NullMarked;
