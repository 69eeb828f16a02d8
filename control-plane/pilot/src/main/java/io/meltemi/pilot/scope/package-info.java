/// What one proxy may see of the mesh, and what holds for it: step (5), before any translation.
@NullMarked
package io.meltemi.pilot.scope;

import org.jspecify.annotations.NullMarked;
