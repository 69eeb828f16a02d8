/// Instances to load assignments. Pure.
@NullMarked
package io.meltemi.pilot.translate.endpoint;

import org.jspecify.annotations.NullMarked;
