@NullMarked
package io.meltemi.xds.client;

import org.jspecify.annotations.NullMarked;
