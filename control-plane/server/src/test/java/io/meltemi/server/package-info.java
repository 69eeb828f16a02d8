/// Tests.
@NullMarked
package io.meltemi.server;

import org.jspecify.annotations.NullMarked;
