/// Tests.
@NullMarked
package io.meltemi.mixer.telemetry;

import org.jspecify.annotations.NullMarked;
