/// What a process keeps and gives back.
@NullMarked
package io.meltemi.base.memory;

import org.jspecify.annotations.NullMarked;
