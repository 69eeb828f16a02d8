@NullMarked
package io.meltemi.proxy.filter.setmetadata;

import org.jspecify.annotations.NullMarked;
