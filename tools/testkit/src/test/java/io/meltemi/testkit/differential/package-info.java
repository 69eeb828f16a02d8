@NullMarked
package io.meltemi.testkit.differential;

import org.jspecify.annotations.NullMarked;
