@NullMarked
package io.meltemi.xds.message;

import org.jspecify.annotations.NullMarked;
