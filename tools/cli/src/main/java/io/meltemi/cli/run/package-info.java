/// One more workload in a running mesh, or the first of a new one.
@NullMarked
package io.meltemi.cli.run;

import org.jspecify.annotations.NullMarked;
