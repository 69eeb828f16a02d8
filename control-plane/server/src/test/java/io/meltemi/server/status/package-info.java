/// Tests.
@NullMarked
package io.meltemi.server.status;

import org.jspecify.annotations.NullMarked;
