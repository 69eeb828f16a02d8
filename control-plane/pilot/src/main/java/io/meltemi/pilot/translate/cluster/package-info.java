/// Services and destination rules to clusters. Pure.
@NullMarked
package io.meltemi.pilot.translate.cluster;

import org.jspecify.annotations.NullMarked;
