/// What a process of the mesh prints about itself.
@NullMarked
package io.meltemi.base.log;

import org.jspecify.annotations.NullMarked;
