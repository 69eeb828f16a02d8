@NullMarked
package io.meltemi.pilot.translate.listener;

import org.jspecify.annotations.NullMarked;
