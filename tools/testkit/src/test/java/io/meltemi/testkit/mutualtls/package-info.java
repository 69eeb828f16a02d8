/// Who reaches whom, and protected how: callers and servers with and without sidecars.
@NullMarked
package io.meltemi.testkit.mutualtls;

import org.jspecify.annotations.NullMarked;
