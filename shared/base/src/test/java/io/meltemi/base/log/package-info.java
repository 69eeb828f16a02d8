/// Tests.
@NullMarked
package io.meltemi.base.log;

import org.jspecify.annotations.NullMarked;
