@NullMarked
package io.meltemi.proxy.filter.compression;

import org.jspecify.annotations.NullMarked;
