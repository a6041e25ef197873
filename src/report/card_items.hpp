#pragma once
/// \file
/// Which items of the reporting guidelines a card answers, and where.

#include "varisk/report/training_card.hpp"

namespace varisk::report {

/// Puts the items of each section below its title and the section `items` at the end. Items of PRS-RS only if the card
/// is genetic.
/// \throws UserError if a note of the author is for an item that does not exist or has two
void add_reporting_items(Page& page, const TrainingCard& card);

}  // namespace varisk::report
