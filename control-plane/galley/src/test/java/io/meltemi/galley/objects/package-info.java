@NullMarked
package io.meltemi.galley.objects;

import org.jspecify.annotations.NullMarked;
