/// Tests.
@NullMarked
package io.meltemi.server.debug;

import org.jspecify.annotations.NullMarked;
