/// Tests.
@NullMarked
package io.meltemi.citadel.ca;

import org.jspecify.annotations.NullMarked;
