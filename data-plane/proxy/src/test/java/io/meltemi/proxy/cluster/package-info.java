@NullMarked
package io.meltemi.proxy.cluster;

import org.jspecify.annotations.NullMarked;
