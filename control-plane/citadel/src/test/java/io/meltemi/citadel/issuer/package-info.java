/// Tests.
@NullMarked
package io.meltemi.citadel.issuer;

import org.jspecify.annotations.NullMarked;
