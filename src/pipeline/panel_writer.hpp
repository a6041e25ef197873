#pragma once
#include "varisk/core/output_folder.hpp"
#include "varisk/io/json.hpp"
#include "varisk/scoring/panel.hpp"

namespace varisk::pipeline {

/// Writes panel.json, the loadings and the rows of the scores into the folder.
/// \param made_with  what the panel was made with, for people
void write_panel(OutputFolder& folder, const scoring::Panel& panel, io::Json made_with);

}  // namespace varisk::pipeline
