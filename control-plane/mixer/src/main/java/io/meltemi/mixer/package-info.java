/// Usage policies and telemetry: quotas, access logs in, metrics out.
@NullMarked
package io.meltemi.mixer;

import org.jspecify.annotations.NullMarked;
