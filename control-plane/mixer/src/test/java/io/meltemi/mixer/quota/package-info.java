/// Tests.
@NullMarked
package io.meltemi.mixer.quota;

import org.jspecify.annotations.NullMarked;
