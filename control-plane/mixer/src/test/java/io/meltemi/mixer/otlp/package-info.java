/// Tests.
@NullMarked
package io.meltemi.mixer.otlp;

import org.jspecify.annotations.NullMarked;
