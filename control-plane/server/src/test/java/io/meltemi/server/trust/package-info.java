@NullMarked
package io.meltemi.server.trust;

import org.jspecify.annotations.NullMarked;
