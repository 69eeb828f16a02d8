/// Tests.
@NullMarked
package io.meltemi.proxy;

import org.jspecify.annotations.NullMarked;
