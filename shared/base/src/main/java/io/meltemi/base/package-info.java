/// The parts of the JDK we wished for: time, net, identity, health thresholds. No dependencies.
@NullMarked
package io.meltemi.base;

import org.jspecify.annotations.NullMarked;
