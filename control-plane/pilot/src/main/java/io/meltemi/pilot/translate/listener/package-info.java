/// Ports and policies to listeners. Pure.
@NullMarked
package io.meltemi.pilot.translate.listener;

import org.jspecify.annotations.NullMarked;
