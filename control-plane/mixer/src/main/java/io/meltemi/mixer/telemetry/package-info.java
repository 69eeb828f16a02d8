/// Access logs in, standard metrics out.
@NullMarked
package io.meltemi.mixer.telemetry;

import org.jspecify.annotations.NullMarked;
