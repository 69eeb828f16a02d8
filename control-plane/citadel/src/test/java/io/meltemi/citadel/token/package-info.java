/// Tests.
@NullMarked
package io.meltemi.citadel.token;

import org.jspecify.annotations.NullMarked;
