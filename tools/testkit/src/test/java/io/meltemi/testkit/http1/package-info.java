@NullMarked
package io.meltemi.testkit.http1;

import org.jspecify.annotations.NullMarked;
