/// Tests.
@NullMarked
package io.meltemi.base.health;

import org.jspecify.annotations.NullMarked;
