/// Small programs that checks run inside the mesh: callers, relays, applications with a quirk.
@NullMarked
package io.meltemi.cli.demo.program;

import org.jspecify.annotations.NullMarked;
