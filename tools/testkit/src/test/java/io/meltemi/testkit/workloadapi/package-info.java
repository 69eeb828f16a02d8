/// The Workload API as its own clients see it.
@NullMarked
package io.meltemi.testkit.workloadapi;

import org.jspecify.annotations.NullMarked;
