WITH cells AS
(SELECT CASE WHEN (CAST(referrals."Referral Date" AS VARCHAR) LIKE '____-__-__%') THEN SUBSTR(CAST(referrals."Referral Date" AS VARCHAR), 1, 10) WHEN (CAST(referrals."Referral Date" AS VARCHAR) LIKE '__/__/____%') THEN SUBSTR(CAST(referrals."Referral Date" AS VARCHAR), 1, 10) WHEN (CAST(referrals."Referral Date" AS VARCHAR) LIKE '_/__/____%') THEN SUBSTR(CAST(referrals."Referral Date" AS VARCHAR), 1, 9) WHEN (CAST(referrals."Referral Date" AS VARCHAR) LIKE '__/_/____%') THEN SUBSTR(CAST(referrals."Referral Date" AS VARCHAR), 1, 9) WHEN (CAST(referrals."Referral Date" AS VARCHAR) LIKE '_/_/____%') THEN SUBSTR(CAST(referrals."Referral Date" AS VARCHAR), 1, 8) WHEN (CAST(referrals."Referral Date" AS VARCHAR) LIKE '__.__.____%') THEN SUBSTR(CAST(referrals."Referral Date" AS VARCHAR), 1, 10) ELSE SUBSTR(coalesce(trim(replace(replace(replace(replace(CAST(referrals."Referral Date" AS VARCHAR), '	', ' '), '
', ' '), '
', ' '), ' ', ' ')), ''), 1, 40) END AS referred_on, coalesce(trim(replace(replace(replace(replace(CAST(referrals.practice_id AS VARCHAR), '	', ' '), '
', ' '), '
', ' '), ' ', ' ')), '') AS practice_id, CASE WHEN (trim(replace(replace(replace(replace(replace(replace(replace(lower(coalesce(trim(replace(replace(replace(replace(CAST(referrals.status AS VARCHAR), '	', ' '), '
', ' '), '
', ' '), ' ', ' ')), '')), '-', ' '), '_', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) IN ('canceled', 'cancelled', 'declined', 'not accepted', 'refused', 'rejected')) THEN trim(replace(replace(replace(replace(replace(replace(replace(lower(coalesce(trim(replace(replace(replace(replace(CAST(referrals.status AS VARCHAR), '	', ' '), '
', ' '), '
', ' '), ' ', ' ')), '')), '-', ' '), '_', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) WHEN (trim(replace(replace(replace(replace(replace(replace(replace(lower(coalesce(trim(replace(replace(replace(replace(CAST(referrals.status AS VARCHAR), '	', ' '), '
', ' '), '
', ' '), ' ', ' ')), '')), '-', ' '), '_', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) IN ('duplicate')) THEN 'duplicate' WHEN (trim(replace(replace(replace(replace(replace(replace(replace(lower(coalesce(trim(replace(replace(replace(replace(CAST(referrals.status AS VARCHAR), '	', ' '), '
', ' '), '
', ' '), ' ', ' ')), '')), '-', ' '), '_', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) IN ('ca', 'draft', 'incomplete', 'revoked')) THEN trim(replace(replace(replace(replace(replace(replace(replace(lower(coalesce(trim(replace(replace(replace(replace(CAST(referrals.status AS VARCHAR), '	', ' '), '
', ' '), '
', ' '), ' ', ' ')), '')), '-', ' '), '_', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) ELSE '' END AS status, coalesce(trim(replace(replace(replace(replace(CAST(referrals.referral_id AS VARCHAR), '	', ' '), '
', ' '), '
', ' '), ' ', ' ')), '') AS referral_id, CASE WHEN (CAST(referrals.seen_on AS VARCHAR) LIKE '____-__-__%') THEN SUBSTR(CAST(referrals.seen_on AS VARCHAR), 1, 10) WHEN (CAST(referrals.seen_on AS VARCHAR) LIKE '__/__/____%') THEN SUBSTR(CAST(referrals.seen_on AS VARCHAR), 1, 10) WHEN (CAST(referrals.seen_on AS VARCHAR) LIKE '_/__/____%') THEN SUBSTR(CAST(referrals.seen_on AS VARCHAR), 1, 9) WHEN (CAST(referrals.seen_on AS VARCHAR) LIKE '__/_/____%') THEN SUBSTR(CAST(referrals.seen_on AS VARCHAR), 1, 9) WHEN (CAST(referrals.seen_on AS VARCHAR) LIKE '_/_/____%') THEN SUBSTR(CAST(referrals.seen_on AS VARCHAR), 1, 8) WHEN (CAST(referrals.seen_on AS VARCHAR) LIKE '__.__.____%') THEN SUBSTR(CAST(referrals.seen_on AS VARCHAR), 1, 10) ELSE SUBSTR(coalesce(trim(replace(replace(replace(replace(CAST(referrals.seen_on AS VARCHAR), '	', ' '), '
', ' '), '
', ' '), ' ', ' ')), ''), 1, 40) END AS seen_on
FROM referrals),
repeated AS
(SELECT cells.referral_id AS referral_id
FROM cells
WHERE char_length(cells.referral_id) > 0 GROUP BY cells.referral_id
HAVING count(*) > 1)
 SELECT marked.referred_on, marked.practice_id, marked.status, marked.referral_id, marked.seen_on, count(*) AS counted
FROM (SELECT cells.referred_on AS referred_on, cells.practice_id AS practice_id, cells.status AS status, coalesce(repeated.referral_id, '') AS referral_id, cells.seen_on AS seen_on
FROM cells LEFT OUTER JOIN repeated ON cells.referral_id = repeated.referral_id) AS marked GROUP BY marked.referred_on, marked.practice_id, marked.status, marked.referral_id, marked.seen_on
